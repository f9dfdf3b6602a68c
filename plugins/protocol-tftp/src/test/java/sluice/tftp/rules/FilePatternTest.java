package sluice.tftp.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilePatternTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*.img | disk.img | true",
        "*.img | images/x64/disk.img | true",
        "*.img | disk.img.gz | false",
        "*.img | .img | true",
        "pxelinux.cfg/* | pxelinux.cfg/01-aa-bb | true",
        "/pxelinux.cfg/* | pxelinux.cfg/default | true",
        "pxelinux.cfg/* | pxelinux.cfg/a/b | false",
        "pxelinux.cfg/* | other/pxelinux.cfg/default | false",
        "**/pxelinux.cfg/* | other/pxelinux.cfg/default | true",
        "private/** | private/a/b/c | true",
        "private/** | private | false",
        "** | anything/at/all | true",
        "{vmlinuz,initrd}-* | vmlinuz-6.1 | true",
        "{vmlinuz,initrd}-* | boot/initrd-6.1 | true",
        "{vmlinuz,initrd}-* | grub-6.1 | false",
        "a{,b}{1,2} | ab2 | true",
        "a{,b}{1,2} | a1 | true",
        "grub?.efi | grubx.efi | true",
        "grub?.efi | grub.efi | false",
        "a/?/b | a///b | false",
        "x*y*z | xaybz | true",
        "x*y*z | xzy | false",
        "a.c | abc | false",
        "Boot.bin | boot.bin | false"
      })
  void matches(String pattern, String name, boolean expected) {
    assertEquals(expected, FilePattern.parse(pattern).matches(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a/b | a/b",
        "\\Boot\\BCD | Boot/BCD",
        "pub/../private/key | private/key",
        "./private//key | private/key",
        "../../private/key | private/key",
        "private/./key/ | private/key",
        "/ | ''"
      })
  void noSpellingOfANameEscapes(String name, String plain) {
    assertEquals(plain, FilePattern.plain(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a\\b",
        "a***",
        "a/../b",
        "..",
        "a//b",
        "dir/",
        "/",
        "{a",
        "a}",
        "}{",
        "{a,{b,c}}",
        "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
        "a\u0000b"
      })
  void whatIsNoPatternIsAProblem(String pattern) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> FilePattern.parse(pattern)).getMessage();
    assertEquals(true, message.startsWith("the pattern \""), message);
  }

  @Test
  void aHostileNameCostsNoTime() {
    FilePattern pattern = FilePattern.parse("**a**a**a**a**a**a**a**a**b");
    assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> assertFalse(pattern.matches("a".repeat(2000))));
  }
}
