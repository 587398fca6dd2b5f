import { ValidateBy } from 'class-validator';

/** Text that every database and every client can hold: no NUL, no half of a character. */
export const IsText = (options: { each?: boolean } = {}) =>
  ValidateBy(
    {
      name: 'isText',
      validator: {
        validate: (value) => typeof value === 'string' && !value.includes('\0') && value.isWellFormed(),
        defaultMessage: (args) => `${args?.property} must not contain NUL or half a character`,
      },
    },
    options,
  );

/** At most as many UTF-16 units. Not class-validator's MaxLength, to which an emoji is one and some signs are none. */
export const MaxUnits = (max: number, options: { each?: boolean } = {}) =>
  ValidateBy(
    {
      name: 'maxUnits',
      validator: {
        validate: (value) => typeof value === 'string' && value.length <= max,
        defaultMessage: (args) => `${args?.property} must not be longer than ${max} characters`,
      },
    },
    options,
  );

/** Not only white space. */
export const IsNotBlank = (options: { each?: boolean } = {}) =>
  ValidateBy(
    {
      name: 'isNotBlank',
      validator: {
        validate: (value) => typeof value === 'string' && value.trim() !== '',
        defaultMessage: (args) => `${args?.property} must not be empty`,
      },
    },
    options,
  );
