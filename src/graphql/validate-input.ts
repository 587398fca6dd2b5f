import { validate } from 'class-validator';
import { ArgumentValidationError } from 'type-graphql';

/** Validates what type-graphql was told to leave: arguments of subscriptions, and inputs that something precedes. */
export async function validateInput(input: object): Promise<void> {
  const errors = await validate(input, {
    skipMissingProperties: true,
    forbidUnknownValues: false,
    stopAtFirstError: true,
  });
  if (errors.length > 0) throw new ArgumentValidationError(errors);
}
