export function Launch() {
  return <h1>Launch</h1>;
}
