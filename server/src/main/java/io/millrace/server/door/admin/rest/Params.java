package io.millrace.server.door.admin.rest;

/** Checks query parameters. Stateless. */
final class Params {
  private Params() {}

  /**
   * @throws InvalidInputException when the value is outside of the range
   */
  static void range(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new InvalidInputException(name, "must be " + least + " to " + most);
    }
  }
}
