package io.millrace.log.local.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.file.MemoryFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class FileCacheTest {
  private static final String PATH = "a";

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final Deque<Runnable> deletions = new ArrayDeque<>();
  private final FileCache cache = new FileCache(files, 4, deletions::add);

  @Test
  void aFileInUseIsNotDeletedHoweverOftenItIsToBe() throws IOException {
    // given
    FileCache.Lease first = cache.create(PATH);

    // when
    cache.delete(PATH);
    cache.delete(PATH);
    runDeletions();

    // then
    assertThat(files.exists(PATH)).isTrue();
    first.close();
    runDeletions();
    assertThat(files.exists(PATH)).isFalse();
  }

  @Test
  void whoUsesAFileThatIsToBeDeletedCanHaveItAgainAndHoldsIt() throws IOException {
    // given
    FileCache.Lease first = cache.create(PATH);
    cache.delete(PATH);

    // when
    FileCache.Lease second = cache.acquire(PATH);
    first.close();
    runDeletions();

    // then
    assertThat(second.file()).isSameAs(first.file());
    assertThat(files.exists(PATH)).isTrue();
    second.close();
    runDeletions();
    assertThat(files.exists(PATH)).isFalse();
    assertThat(cache.openCount()).isZero();
  }

  @Test
  void aFileThatNobodyUsesIsGoneWhenItIsDeletedAndIsNotKeptOpen() throws IOException {
    // given
    cache.create(PATH).close();

    // when
    cache.delete(PATH);

    // then
    assertThatThrownBy(() -> cache.acquire(PATH)).isInstanceOf(FileNotFoundException.class);
    assertThat(cache.openCount()).isZero();
  }

  @Test
  void aNameIsNotUsedAgainBeforeItsFileIsGone() throws IOException {
    // given
    FileCache.Lease old = cache.create(PATH);
    cache.delete(PATH);

    // then the deletion cannot take a new file
    assertThatThrownBy(() -> cache.create(PATH)).isInstanceOf(FileNotFoundException.class);
    old.close();
    assertThatThrownBy(() -> cache.create(PATH)).isInstanceOf(FileNotFoundException.class);
    runDeletions();
    cache.create(PATH).close();
    runDeletions();
    assertThat(files.exists(PATH)).isTrue();
  }

  private void runDeletions() {
    while (!deletions.isEmpty()) {
      deletions.remove().run();
    }
  }
}
