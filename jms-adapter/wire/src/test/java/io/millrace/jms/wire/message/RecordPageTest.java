package io.millrace.jms.wire.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/format/jms-record.md against the code. */
class RecordPageTest {
  private final List<String> page = readPage();

  @Test
  void listsTheHeaders() {
    assertThat(table("header").map(row -> row[0]))
        .isEqualTo(Arrays.stream(RecordHeader.values()).map(RecordHeader::key).toList());
  }

  @Test
  void listsThePropertyTypes() {
    assertThat(table("type").map(row -> row[0] + row[1]))
        .isEqualTo(Arrays.stream(PropertyType.values()).map(t -> t.code() + t.name()).toList());
  }

  @Test
  void listsTheBodies() {
    assertThat(table("kind").map(row -> row[0] + row[1]))
        .isEqualTo(Arrays.stream(BodyType.values()).map(t -> t.code() + t.name()).toList());
  }

  @Test
  void listsTheTagsOfValues() throws BodyFormatException {
    Map<String, byte[]> values =
        Map.ofEntries(
            Map.entry("NULL", new byte[0]),
            Map.entry("BOOLEAN", new byte[1]),
            Map.entry("BYTE", new byte[1]),
            Map.entry("SHORT", new byte[2]),
            Map.entry("CHAR", new byte[2]),
            Map.entry("INT", new byte[4]),
            Map.entry("LONG", new byte[8]),
            Map.entry("FLOAT", new byte[4]),
            Map.entry("DOUBLE", new byte[8]),
            Map.entry("STRING", new byte[4]),
            Map.entry("BYTES", new byte[4]));
    List<String[]> rows = table("tag").toList();
    assertThat(rows).hasSameSizeAs(values.entrySet());
    for (String[] row : rows) {
      byte[] value = values.getOrDefault(row[1], new byte[0]);
      ByteBuffer body = ByteBuffer.allocate(2 + value.length);
      body.put((byte) TypedValues.VERSION).put(Byte.parseByte(row[0])).put(value).flip();

      Object decoded = StreamBody.decode(body).get(0);

      String type =
          decoded == null ? "NULL" : decoded.getClass().getSimpleName().toUpperCase(Locale.ROOT);
      assertThat(row[1])
          .isEqualTo(
              type.replace("CHARACTER", "CHAR")
                  .replace("INTEGER", "INT")
                  .replace("BYTE[]", "BYTES"));
    }
  }

  /** The rows of the table whose first column has this title. */
  private Stream<String[]> table(String title) {
    return page.stream()
        .dropWhile(line -> !line.startsWith("| " + title + " |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.substring(2).split(" \\| "));
  }

  private static List<String> readPage() {
    try {
      return Files.readAllLines(Path.of("../../docs/format/jms-record.md"));
    } catch (IOException missing) {
      throw new AssertionError("docs/format/jms-record.md", missing);
    }
  }
}
