package io.millrace.log.local;

import io.millrace.log.contract.StoreContract;
import io.millrace.log.contract.StoreHarness;
import io.millrace.log.file.DiskFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract on real files with real threads. */
class DiskStoreContractTest extends StoreContract {
  @TempDir Path directory;

  @Override
  protected StoreHarness newHarness() throws IOException {
    return new ThreadedStore(new DiskFileSystem(directory), LocalStoreConfig.DEFAULT);
  }
}
