export default function EditDialog(_props: { web: unknown; resource: unknown; done: () => void }) {
  return null;
}
