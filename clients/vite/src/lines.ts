/** Calls back with each whole line of a stream of text; what follows the last line feed waits for the next part. */
export function lineSplitter(onLine: (line: string) => void): (part: string) => void {
  let rest = ''
  return (part) => {
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') onLine(line)
  }
}
