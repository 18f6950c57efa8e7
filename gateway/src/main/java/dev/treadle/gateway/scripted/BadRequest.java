package dev.treadle.gateway.scripted;

/** A request that a vendor's API would refuse, with the status and the field at fault. */
final class BadRequest extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String field;

  BadRequest(int status, String field, String message) {
    super(message);
    this.status = status;
    this.field = field;
  }

  BadRequest(String field, String message) {
    this(400, field, message);
  }

  int status() {
    return status;
  }

  /** Empty if no field is to blame. */
  String field() {
    return field;
  }
}
