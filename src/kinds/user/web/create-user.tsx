import { CreateForm } from '../../../web/widgets/create-form.tsx';
import { fieldsOf } from '../../../web/widgets/form/fields.ts';
import { userKind } from '../user.ts';

/** Nobody is taken in to be shut out. */
const fields = fieldsOf(userKind.create).filter(({ name }) => name !== 'isBlocked');

export function CreateUser() {
  return <CreateForm kind={userKind} fields={fields} initial={{ role: 'user', language: 'en' }} fieldOfCode={{ EMAIL_TAKEN: 'email' }} />;
}
