package io.millrace.log.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFileSystemTest {
  @TempDir Path root;

  @SuppressWarnings("NullAway.Init") // set before each test
  private DiskFileSystem files;

  @BeforeEach
  void open() throws IOException {
    files = new DiskFileSystem(root);
  }

  @Test
  void writesGatheredAndReadsBack() throws IOException {
    files.createDirectories("a/b");
    try (StoreFile file = files.create("a/b/c")) {
      file.write(new ByteBuffer[] {text("one"), text(""), text("two")}, 3, 5);
      assertThat(file.size()).isEqualTo(11);
      ByteBuffer target = ByteBuffer.allocate(20);
      assertThat(file.read(target, 6)).isEqualTo(5);
      assertThat(target.flip()).isEqualTo(text("netwo"));
      file.truncate(7);
      file.sync();
      assertThat(file.read(ByteBuffer.allocate(5), 7)).isZero();
    }
    files.syncDirectory("a/b");
    files.rename("a/b/c", "a/d");
    assertThat(files.list("a")).containsExactlyInAnyOrder("b", "d");
    files.delete("a/d");
    files.delete("a/d");
    assertThat(files.list("nowhere")).isEmpty();
    assertThatThrownBy(() -> files.open("a/d")).isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(() -> files.open("../x")).isInstanceOf(IllegalArgumentException.class);
    assertThat(files.usableBytes()).isPositive();
  }

  @Test
  void anInterruptedReaderDoesNotBreakTheFileForOthers() throws IOException {
    try (StoreFile file = files.create("x")) {
      file.write(text("before"), 0);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> file.read(ByteBuffer.allocate(3), 0))
          .isInstanceOf(ClosedByInterruptException.class);
      assertThat(Thread.interrupted()).isTrue();

      ByteBuffer target = ByteBuffer.allocate(6);
      file.write(text("B"), 0);
      file.sync();
      assertThat(file.read(target, 0)).isEqualTo(6);
      assertThat(target.flip()).isEqualTo(text("Before"));
    }
  }

  @Test
  void aLockIsHeldOnce() throws IOException {
    try (Closeable lock = files.lock("lock")) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> new DiskFileSystem(root).lock("lock"))
          .isInstanceOf(LockedException.class)
          .hasMessageContaining("in use");
    }
    files.lock("lock").close();
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
