/** One line of a program. Whoever knows what its words mean colours them here. */
export function NcLine({ text }: { text: string }) {
  return <>{text}</>;
}
