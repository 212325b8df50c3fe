/** Terminal colours as Vite's own output uses them; plain text where the output is no terminal or NO_COLOR is set. */
const enabled =
  !process.env.NO_COLOR && (Boolean(process.env.FORCE_COLOR) || (process.stdout.isTTY === true && process.env.TERM !== 'dumb'))

const paint = (open: number, close: number) => (text: string) => (enabled ? `\x1b[${open}m${text}\x1b[${close}m` : text)

export const bold = paint(1, 22)
export const dim = paint(2, 22)
export const green = paint(32, 39)
export const yellow = paint(33, 39)
export const cyan = paint(36, 39)

/** One line as in Vite's list of URLs. */
export function urlLine(url: string): string {
  const coloured = cyan(url.replace(/:(\d+)\//, (_, port: string) => `:${bold(port)}/`))
  return `  ${green('➜')}  ${bold('Signalbox')}: ${coloured}  ${dim('proved')}`
}
