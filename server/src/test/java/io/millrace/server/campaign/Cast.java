package io.millrace.server.campaign;

import java.util.List;

/** Who takes part in a history, and what lies between them and the server. One thread. */
interface Cast {
  List<Flow> flows();

  /** Something happens that does not wait for its turn. */
  void act();

  /** What lies between the clients and the server moves on. */
  void work();

  /**
   * Waits, without time passing, until everyone has heard everything.
   *
   * @return whether that is so, and everyone's claims can be held against each other
   */
  boolean calmDown();

  /** The server has started again. Called before its clients learn of it. */
  void comeBack();
}
