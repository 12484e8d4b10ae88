/** Of an SMTP path (RFC 5321, 4.5.3.1). */
export const mailAddressLengthMax = 254;

/**
 * The form that browsers ask of `<input type="email">`: ASCII alone, no quotes, no comments, no spaces. Whatever has it
 * can stand in a header or an SMTP command as it is. An international domain is written in its `xn--` form.
 */
export const mailAddressPattern =
  "^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$";

// In JavaScript `$` without the flag `m` is the very end: no line break can hide behind it.
const form = new RegExp(mailAddressPattern);

export function isMailAddress(text: string): boolean {
  return text.length <= mailAddressLengthMax && text.indexOf('@') <= 64 && form.test(text);
}
