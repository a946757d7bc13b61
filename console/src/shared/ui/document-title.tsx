export function DocumentTitle({ title }: { title: string }) {
  return <title>{`${title} · Candor`}</title>;
}
