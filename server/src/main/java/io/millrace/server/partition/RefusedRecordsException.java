package io.millrace.server.partition;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** A batch with records that their topic does not take. Sending it again will not help. */
public final class RefusedRecordsException extends RefusedBatchException {
  private static final long serialVersionUID = 1;

  /**
   * One of them.
   *
   * @param index in the batch, from 0
   * @param why for people
   */
  public record Refused(int index, String why) implements Serializable {}

  /** The list is one that can be written, as exceptions are. */
  private final ArrayList<Refused> records;

  private final boolean untimely;

  /**
   * @param untimely whether the time of one of them is out of bounds
   */
  RefusedRecordsException(String message, List<Refused> records, boolean untimely) {
    super(message);
    this.records = new ArrayList<>(records);
    this.untimely = untimely;
  }

  /** Which ones, the first of them if there are many. */
  public List<Refused> records() {
    return List.copyOf(records);
  }

  /** Whether the time of one of them is out of bounds. */
  public boolean isUntimely() {
    return untimely;
  }
}
