/** Long-lived connections of one transport. */
export interface Readers {
  count(): number;
  end(): Promise<void>;
}
