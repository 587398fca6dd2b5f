import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { ModelError } from './chat-model.ts';

/** What a failed request, or a broken stream, means to the person in the chat; never the endpoint's own words. */
export function asModelError(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  if (error instanceof APIConnectionTimeoutError) return tookTooLong({ cause: error });
  if (error instanceof APIConnectionError) {
    return unavailable('The model cannot be reached at the moment.', { cause: error });
  }
  if (error instanceof APIError) return ofResponse(error);
  return brokeOff({ cause: error });
}

export const tookTooLong = (options?: ErrorOptions) =>
  new ModelError('TIMEOUT', 'The model took too long to answer.', true, options);

export const brokeOff = (options?: ErrorOptions) => unavailable('The connection to the model broke off.', options);

export const refused = (options?: ErrorOptions) =>
  new ModelError('MODEL_REFUSED', 'The model declined to answer this.', false, options);

export const saidNothing = () => unavailable('The model answered with nothing.');

export const neverGotToAnswer = () => misconfigured('The model reached the limit of a reply before it wrote anything.');

export const unusableEmbeddings = (problem: string) => misconfigured(`The embedding model cannot be used: ${problem}.`);

function ofResponse(error: APIError): ModelError {
  const options = { cause: error };
  const { status } = error;
  const code = String(error.code ?? '');

  if (
    /context_length|context_size/.test(`${code} ${error.type}`) ||
    /context (length|window|size)/i.test(error.message)
  ) {
    return new ModelError('BUDGET_EXCEEDED', 'This is more text than the model can take.', false, options);
  }
  if (/^content_(filter|policy)|^invalid_prompt$/.test(code)) return refused(options);
  if (code === 'insufficient_quota') {
    return misconfigured("This server's quota with the model's provider is used up.", options);
  }
  if (status === 401 || status === 403)
    return misconfigured('The model is not open to this server: its key was not accepted.', options);
  if (status === 404) return misconfigured('This model does not exist where this server asks for it.', options);
  if (status === 408) return tookTooLong(options);
  if (status === 429) return unavailable('The model is busy. Please try again in a moment.', options);
  if (status !== undefined && status < 500) return misconfigured('The model did not accept the request.', options);
  return unavailable('The model has a problem at the moment.', options);
}

const unavailable = (message: string, options?: ErrorOptions) =>
  new ModelError('MODEL_UNAVAILABLE', message, true, options);

/** Asking again will not help until somebody changes something. */
const misconfigured = (message: string, options?: ErrorOptions) =>
  new ModelError('MODEL_UNAVAILABLE', message, false, options);
