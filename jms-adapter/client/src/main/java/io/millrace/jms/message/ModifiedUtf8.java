package io.millrace.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.io.UncheckedIOException;

/**
 * Strings as {@code DataOutputStream.writeUTF} writes them, which Jakarta Messaging prescribes for
 * bytes messages.
 */
final class ModifiedUtf8 {
  private ModifiedUtf8() {}

  /**
   * u16 length and bytes.
   *
   * @throws MessageFormatException if there are more than 65535
   */
  static byte[] encode(String text) throws JMSException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(text);
    } catch (UTFDataFormatException tooLong) {
      throw new MessageFormatException(
          "a string of more than 65535 bytes: " + tooLong.getMessage());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }
}
