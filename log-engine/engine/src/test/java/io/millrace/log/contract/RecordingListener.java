package io.millrace.log.contract;

import io.millrace.log.LogListener;
import io.millrace.log.StoreException;
import org.jspecify.annotations.Nullable;

/** Remembers what a log's listener was told, and that it was told in order. */
public final class RecordingListener implements LogListener {
  private volatile long durableOffset = -1;
  private volatile boolean wentBack;
  private volatile @Nullable StoreException failure;

  @Override
  public void onDurable(long offset) {
    if (offset < durableOffset) {
      wentBack = true;
    }
    durableOffset = offset;
  }

  @Override
  public void onFailed(StoreException cause) {
    failure = cause;
  }

  /** The last durable offset heard of; -1 before the first. */
  public long durableOffset() {
    return durableOffset;
  }

  public boolean wentBack() {
    return wentBack;
  }

  public @Nullable StoreException failure() {
    return failure;
  }
}
