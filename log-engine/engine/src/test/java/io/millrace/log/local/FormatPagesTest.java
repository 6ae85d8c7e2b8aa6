package io.millrace.log.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.local.format.ConfigFormat;
import io.millrace.log.local.format.IndexFormat;
import io.millrace.log.local.format.JournalFormat;
import io.millrace.log.local.format.Layout;
import io.millrace.log.local.format.ManifestFormat;
import io.millrace.log.local.format.VersionFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages in docs/format say what the code does. */
class FormatPagesTest {

  static Stream<Arguments> layouts() {
    return Stream.of(
        Arguments.of("journal.md", JournalFormat.FILE_HEADER),
        Arguments.of("journal.md", JournalFormat.ENTRY),
        Arguments.of("journal.md", ConfigFormat.CONFIG),
        Arguments.of("segment.md", IndexFormat.ENTRY),
        Arguments.of("manifest.md", ManifestFormat.FILE_HEADER),
        Arguments.of("manifest.md", ManifestFormat.RECORD),
        Arguments.of("manifest.md", ManifestFormat.LOG),
        Arguments.of("manifest.md", ManifestFormat.SEGMENT),
        Arguments.of("manifest.md", ManifestFormat.PRODUCER),
        Arguments.of("manifest.md", ManifestFormat.PRODUCER_BATCH),
        Arguments.of("manifest.md", ManifestFormat.TRANSACTIONS),
        Arguments.of("manifest.md", ManifestFormat.OPEN),
        Arguments.of("manifest.md", ManifestFormat.ABORTED),
        Arguments.of("manifest.md", ManifestFormat.COMPACTION),
        Arguments.of("manifest.md", ManifestFormat.GENERATION),
        Arguments.of("manifest.md", ManifestFormat.DELETED),
        Arguments.of("manifest.md", ManifestFormat.CHECKPOINT));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void aPagesTableIsTheCodesLayout(String page, Layout layout) throws IOException {
    assertThat(table(page, layout.name())).isEqualTo(layout.fields());
  }

  @Test
  void pagesNameTheMagicNumbersAndEntryTypes() throws IOException {
    assertThat(read("journal.md"))
        .contains("`" + text(JournalFormat.FILE_MAGIC) + "`")
        .contains("`" + text(JournalFormat.ENTRY_MAGIC) + "`")
        .contains("| " + JournalFormat.TYPE_BATCH + " | BATCH |")
        .contains("| " + JournalFormat.TYPE_LOG + " | LOG |")
        .contains("| " + JournalFormat.TYPE_START + " | START |")
        .contains("| " + JournalFormat.TYPE_DELETE + " | DELETE |")
        .contains("version " + JournalFormat.VERSION);
    assertThat(read("manifest.md"))
        .contains("`" + text(ManifestFormat.FILE_MAGIC) + "`")
        .contains("# The manifest, version " + ManifestFormat.VERSION + "\n")
        .contains("| version | 4 | 4 | " + ManifestFormat.VERSION + " |")
        .contains(
            ManifestFormat.TYPE_LOG
                + " log, "
                + ManifestFormat.TYPE_DELETED
                + " deletion, "
                + ManifestFormat.TYPE_CHECKPOINT
                + " checkpoint");
    assertThat(read("directory.md")).contains("`millrace-store " + VersionFormat.VERSION + "`");
  }

  private static String text(int magic) {
    return new String(
        new char[] {
          (char) (magic >>> 24),
          (char) ((magic >>> 16) & 0xff),
          (char) ((magic >>> 8) & 0xff),
          (char) (magic & 0xff)
        });
  }

  private static List<Layout.Field> table(String page, String heading) throws IOException {
    List<Layout.Field> fields = new ArrayList<>();
    boolean here = false;
    for (String line : read(page).split("\n")) {
      if (line.startsWith("#")) {
        here = line.equals("### " + heading);
      } else if (here && line.startsWith("|")) {
        String[] cells = line.split("\\|");
        String offset = cells[2].trim();
        if (offset.matches("\\d+")) {
          fields.add(
              new Layout.Field(
                  cells[1].trim(), Integer.parseInt(offset), Integer.parseInt(cells[3].trim())));
        }
      } else if (here && !fields.isEmpty()) {
        break;
      }
    }
    return fields;
  }

  private static String read(String page) throws IOException {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("docs/format"))) {
      Path parent = directory.getParent();
      if (parent == null) {
        throw new IOException("no docs/format above the working directory");
      }
      directory = parent;
    }
    return Files.readString(directory.resolve("docs/format").resolve(page));
  }
}
