/** What is wrong with a configuration, all of it at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "configuration-invalid";

  /**
   * @param file the configuration file
   * @param problems each in one line, with the file (where it is another one), the line or path, the value and the cure
   */
  constructor(
    readonly file: string,
    readonly problems: readonly string[],
  ) {
    const [first = "", ...others] = problems;
    const more = others.length === 0 ? "" : ` (and ${others.length} more: dkimstatus check-config ${file})`;
    super(`${file}: ${first}${more}`);
  }
}
