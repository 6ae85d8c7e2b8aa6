package io.millrace.log.local;

import io.millrace.log.contract.StoreContract;
import io.millrace.log.contract.StoreHarness;
import io.millrace.log.file.MemoryFileSystem;

/** The contract, stepped, with everything small and nothing cached. */
class MemoryStoreContractTest extends StoreContract {
  @Override
  protected StoreHarness newHarness() {
    return new SteppedStore(
        new MemoryFileSystem(), LocalStoreConfig.small().withTailCacheBytes(0), 1);
  }
}
