/**
 * Does work on several items at once and hands the results on in the items' order.
 * @param atOnce how many are under way, or done and not yet handed on
 * @param work must not reject: a failure is a result
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void> {
  const started: Promise<Result>[] = [];
  for (const item of items) {
    started.push(work(item));
    if (started.length >= atOnce) yield await started.shift()!;
  }
  for (const result of started) yield await result;
}
