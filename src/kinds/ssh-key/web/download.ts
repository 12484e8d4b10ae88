/** Gives the reader a file that was made here. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to take it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
