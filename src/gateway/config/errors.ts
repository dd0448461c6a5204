/** What is wrong with a configuration, all of it at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "configuration-invalid";

  /**
   * @param file the configuration file
   * @param problems one line each, with the file (if it is another one), the line or path, the value and the remedy
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
