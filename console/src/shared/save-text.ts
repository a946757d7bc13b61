/** Gives the person a file made in this page, without a detour over a server. */
export function saveText(fileName: string, text: string, type = 'application/jose'): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  // The browser reads the file after this turn; a minute is more than it takes.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
