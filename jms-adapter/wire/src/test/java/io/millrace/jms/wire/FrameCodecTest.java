package io.millrace.jms.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FrameCodecTest {
  @Test
  void everyFrameTypeHasASample() {
    Set<FrameType> seen = Samples.ONE_OF_EACH.stream().map(Frame::type).collect(Collectors.toSet());

    assertThat(seen).isEqualTo(EnumSet.allOf(FrameType.class));
  }

  @Test
  void decodesWhatItEncoded() throws WireException {
    for (Frame frame : Samples.ONE_OF_EACH) {
      assertThat(FrameDecoder.decode(body(frame))).isEqualTo(frame);
    }
  }

  @Test
  void keepsNullStringsApartFromEmptyOnes() throws WireException {
    Hello hello = new Hello(1, "", "", null, "", null, new UUID(0, 0));

    assertThat(FrameDecoder.decode(body(hello))).isEqualTo(hello);
  }

  @Test
  void countsStringsInUtf8() throws WireException {
    for (String text : List.of("", "a", "é", "€", "😀", "a😀b", "\ud800", "\ud800x", "\udc00")) {
      ByteBuffer encoded = FrameEncoder.encode(7, new SetClientId(1, text));

      String decoded =
          ((SetClientId) FrameDecoder.decode(encoded.position(FrameEncoder.HEADER_BYTES)))
              .clientId();

      assertThat(decoded).isEqualTo(new String(text.getBytes(UTF_8), UTF_8));
    }
  }

  @Test
  void writesTheLengthOfWhatFollowsAndTheConversation() {
    ByteBuffer encoded = FrameEncoder.encode(7, new Ping(5));

    assertThat(encoded)
        .isEqualTo(ByteBuffer.wrap(new byte[] {0, 0, 0, 9, 0, 0, 0, 7, 3, 0, 0, 0, 5}));
  }

  @Test
  void refusesAFrameThatIsCutAnywhere() {
    for (Frame frame : Samples.ONE_OF_EACH) {
      ByteBuffer whole = body(frame);
      for (int size = 0; size < whole.remaining(); size++) {
        ByteBuffer cut = whole.slice(whole.position(), size);
        assertThatThrownBy(() -> FrameDecoder.decode(cut))
            .as("%s cut at %s", frame.type(), size)
            .isInstanceOf(WireException.class);
      }
    }
  }

  @Test
  void refusesBytesBehindTheLastField() {
    for (Frame frame : Samples.ONE_OF_EACH) {
      ByteBuffer whole = body(frame);
      ByteBuffer longer = ByteBuffer.allocate(whole.remaining() + 1).put(whole).rewind();
      assertThatThrownBy(() -> FrameDecoder.decode(longer))
          .as("%s", frame.type())
          .isInstanceOf(WireException.class);
    }
  }

  @Test
  void survivesRandomBytes() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int refused = 0;
    int tried = 50_000;
    for (int i = 0; i < tried; i++) {
      byte[] bytes = new byte[1 + random.nextInt(64)];
      random.nextBytes(bytes);
      FrameType[] types = FrameType.values();
      bytes[0] = (byte) types[random.nextInt(types.length)].code();
      refused += refuses(ByteBuffer.wrap(bytes), seed) ? 1 : 0;
    }
    assertThat(refused).as("seed %s", seed).isGreaterThan(tried / 2);
  }

  @Test
  void survivesEverySampleWithOneByteChanged() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (Frame frame : Samples.ONE_OF_EACH) {
      ByteBuffer whole = body(frame);
      byte[] bytes = new byte[whole.remaining()];
      whole.get(bytes);
      for (int i = 0; i < bytes.length; i++) {
        byte[] changed = Arrays.copyOf(bytes, bytes.length);
        changed[i] ^= (byte) (1 + random.nextInt(255));
        refuses(ByteBuffer.wrap(changed), seed);
      }
    }
  }

  @Test
  void refusesACountThatTheBytesCannotHoldBeforeAllocating() {
    ByteBuffer frame = ByteBuffer.allocate(9);
    frame.put((byte) FrameType.DELIVER.code()).putInt(1).putInt(Integer.MAX_VALUE).flip();

    assertThatThrownBy(() -> FrameDecoder.decode(frame))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("2147483647 elements");
  }

  @Test
  void refusesLengthsThatAreTooSmallForAFrameOrTooLarge() throws WireException {
    assertThat(FrameDecoder.checkLength(100, 100)).isEqualTo(100);
    for (int length : new int[] {0, 4, -1, 101, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> FrameDecoder.checkLength(length, 100))
          .isInstanceOf(WireException.class);
    }
  }

  @Test
  void refusesFramesFromTheWrongSide() {
    assertThatThrownBy(() -> FrameDecoder.decodeFromClient(body(new Done(1))))
        .isInstanceOf(WireException.class);
    assertThatThrownBy(() -> FrameDecoder.decodeFromServer(body(new Ping(1))))
        .isInstanceOf(WireException.class);
  }

  @Test
  void refusesMalformedUtf8() {
    ByteBuffer frame = ByteBuffer.allocate(8);
    frame.put((byte) FrameType.SET_CLIENT_ID.code()).putInt(1).putShort((short) 1);
    frame.put((byte) 0xFF).flip();

    assertThatThrownBy(() -> FrameDecoder.decode(frame)).isInstanceOf(WireException.class);
  }

  @Test
  void refusesToEncodeAStringLongerThanTheFormatCanCarry() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FrameEncoder.encode(7, new SetClientId(1, "x".repeat(0xFFFF))));
  }

  @Test
  void readsAnUnknownErrorCodeOfANewerServerAsInternal() throws WireException {
    ByteBuffer frame = ByteBuffer.allocate(9);
    frame.put((byte) FrameType.ERROR.code()).putInt(1).putShort((short) 999).putShort((short) 0);

    Failed failed = (Failed) FrameDecoder.decode(frame.flip());

    assertThat(failed.code()).isEqualTo(ErrorCode.INTERNAL);
  }

  @Test
  void saysTheDeliveryCountOfEachRecord() {
    DeliverChunk plain =
        DeliverChunk.of(0, 0, 0, 2, DeliverChunk.deliveryCountsOf(1, 1), Samples.bytes("r"));
    DeliverChunk counted =
        DeliverChunk.of(0, 0, 0, 2, DeliverChunk.deliveryCountsOf(1, 70_000), Samples.bytes("r"));

    assertThat(plain.deliveryCounts()).isNull();
    assertThat(plain.deliveryCount(1)).isEqualTo(1);
    assertThat(counted.deliveryCount(0)).isEqualTo(1);
    assertThat(counted.deliveryCount(1)).isEqualTo(65_535);
  }

  @Test
  void negotiatesTheVersionBothEndsSpeak() throws WireException {
    ByteBuffer bytes = ByteBuffer.allocate(Preamble.BYTES);
    new Preamble(7, 1).writeTo(bytes);

    assertThat(bytes.get(0)).isEqualTo(Preamble.FIRST_BYTE);
    assertThat(Preamble.readFrom(bytes.flip()).negotiate()).isEqualTo(Preamble.VERSION);
    assertThatThrownBy(() -> new Preamble(9, 8).negotiate()).isInstanceOf(WireException.class);
    assertThatThrownBy(() -> Preamble.readFrom(ByteBuffer.allocate(8)))
        .isInstanceOf(WireException.class);
  }

  /** The frame without its length field. */
  private static ByteBuffer body(Frame frame) {
    return FrameEncoder.encode(7, frame).position(FrameEncoder.HEADER_BYTES);
  }

  /** True if refused; anything but a frame or a WireException fails the test. */
  private static boolean refuses(ByteBuffer bytes, long seed) {
    try {
      FrameDecoder.decode(bytes);
      return false;
    } catch (WireException refused) {
      return true;
    } catch (RuntimeException defect) {
      throw new AssertionError("seed " + seed, defect);
    }
  }
}
