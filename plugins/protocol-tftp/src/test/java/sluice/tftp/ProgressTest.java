package sluice.tftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.testkit.tftp.TftpPacket;

class ProgressTest {

  private static final int BLOCKS = 200_000;

  private final Progress progress = new Progress();

  private void granted(Map<String, String> options) {
    progress.granted(Unpooled.wrappedBuffer(TftpPacket.oack(options).bytes()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void senderMayGoOnWithZeroOrOneAfterTheHighestNumber(int afterWrap) {
    long bytes = 0;
    int block = 0;
    for (int i = 0; i < BLOCKS; i++) {
      block = block == 65535 ? afterWrap : block + 1;
      bytes += progress.sent(block, 512);
      assertEquals(0, progress.sent(block, 512));
      bytes += progress.acknowledged(block);
      assertFalse(progress.isLast(block));
    }
    assertEquals(BLOCKS * 512L, bytes);
    progress.sent(block + 1, 511);
    assertTrue(progress.isLast(block + 1));
    assertFalse(progress.isLast(block));
  }

  @Test
  void theLastBlockMayBeNumberZero() {
    granted(Map.of("windowsize", "64"));
    for (int i = 1; i <= 65535; i++) {
      assertEquals(512, progress.sent(i, 512));
    }
    assertFalse(progress.isLast(0));
    assertEquals(0, progress.sent(0, 0));
    assertTrue(progress.isLast(0));
  }

  @Test
  void blocksThatTheReceiverHasInAnotherOrderAreCountedWhenItSaysSo() {
    granted(Map.of("windowsize", "4"));
    assertEquals(512, progress.sent(1, 512));
    assertEquals(0, progress.sent(3, 512));
    assertEquals(512, progress.sent(2, 512));
    assertEquals(0, progress.sent(4, 7));
    assertEquals(512 + 7, progress.acknowledged(4));
    assertEquals(0, progress.acknowledged(4));
    assertTrue(progress.isLast(4));
  }

  @Test
  void acknowledgementsOfWhatWasNotSentCountNothing() {
    assertEquals(0, progress.acknowledged(1));
    progress.sent(1, 512);
    assertEquals(0, progress.acknowledged(3));
    assertEquals(0, progress.acknowledged(0));
    assertEquals(0, progress.acknowledged(40_000));
  }

  @Test
  void grantedOptionsCountInAnyCaseAndOnlyBeforeTheData() {
    granted(Map.of("BlkSize", "8", "tsize", "99"));
    assertEquals(8, progress.sent(1, 8));
    granted(Map.of("blksize", "512"));
    assertEquals(8, progress.sent(2, 8));
    assertFalse(progress.isLast(2));
    progress.sent(3, 7);
    assertTrue(progress.isLast(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "0", "-1", "65536", "123456789012", "1e3"})
  void anOptionThatIsNoNumberLeavesTheDefault(String value) {
    granted(Map.of("blksize", value));
    assertEquals(512, progress.sent(1, 512));
    assertFalse(progress.isLast(1));
  }
}
