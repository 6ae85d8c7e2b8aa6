package io.millrace.server.shard;

/**
 * A record that may be united with a later one while both wait for the next group commit, such as
 * the acknowledgements of one cursor. Replaying the union must give the same state as replaying
 * both in order.
 */
public interface MergeableRecord extends StateRecord {

  /** Records with equal keys may be united. */
  Object mergeKey();

  /** This record and a later one of the same key as one. */
  MergeableRecord mergedWith(MergeableRecord later);
}
