package io.millrace.server.testing;

import io.millrace.server.shard.Reply;
import org.jspecify.annotations.Nullable;

/** A reply that remembers what it was given, and that it was given it once. One thread. */
public final class Answer<R> implements Reply<R> {
  private @Nullable R response;
  private @Nullable RuntimeException error;
  private boolean done;

  @Override
  public void ok(R given) {
    once();
    response = given;
  }

  @Override
  public void fail(RuntimeException given) {
    once();
    error = given;
  }

  private void once() {
    if (done) {
      throw new IllegalStateException("answered twice");
    }
    done = true;
  }

  public boolean isDone() {
    return done;
  }

  public boolean isOk() {
    return done && error == null;
  }

  /** What went wrong. */
  public RuntimeException error() {
    if (error == null) {
      throw new IllegalStateException(done ? "nothing went wrong" : "not answered");
    }
    return error;
  }

  /** The response; throws the error when there is one. */
  public R get() {
    if (error != null) {
      throw error;
    }
    if (response == null) {
      throw new IllegalStateException("not answered");
    }
    return response;
  }

  @Override
  public String toString() {
    return done ? (error == null ? "answered" : "failed: " + error) : "not answered";
  }
}
