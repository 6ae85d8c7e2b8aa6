package io.millrace.log.file;

/**
 * The process ends in the middle of a call to a {@link FaultyFileSystem}. An error and no
 * exception, so that nothing under test can catch it and go on.
 */
public final class PowerCut extends Error {
  private static final long serialVersionUID = 1;

  PowerCut(String during) {
    super("the process ended during " + during);
  }
}
