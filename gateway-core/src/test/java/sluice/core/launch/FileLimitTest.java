package sluice.core.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FileLimitTest {

  @Test
  void readsTheSoftLimit() {
    String limits =
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max processes             95999                95999                processes
        Max open files            1024                 524288               files
        """;
    assertEquals(OptionalLong.of(1024), FileLimit.read(limits));
  }

  @Test
  void knowsThatUnlimitedIsNoLimit() {
    assertEquals(
        OptionalLong.empty(), FileLimit.read("Max open files   unlimited   unlimited   files"));
    assertEquals(OptionalLong.empty(), FileLimit.read(""));
  }

  @Test
  void seesThisSystem() {
    assertTrue(FileLimit.ofSystem().orElse(1) > 0);
  }
}
