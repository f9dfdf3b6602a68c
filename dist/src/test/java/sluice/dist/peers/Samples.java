package sluice.dist.peers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Files to move: their content follows from size and seed, they are compared by SHA-256. */
public final class Samples {
  /** Around a TFTP block, and a megabyte. */
  public static final List<Integer> SMALL = List.of(0, 1, 511, 512, 513, 1 << 20);

  public static final int LARGE = 64 << 20;

  private Samples() {}

  /** Writes a file of random bytes. */
  public static Path random(Path file, int size, long seed) {
    byte[] block = new byte[1 << 16];
    Random random = new Random(seed);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int left = size; left > 0; left -= block.length) {
        random.nextBytes(block);
        out.write(block, 0, Math.min(left, block.length));
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a text file of this many lines. */
  public static Path text(Path file, int lines) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      text.append("line ").append(i).append(" of a text that is not quite regular ");
      text.append("x".repeat(i % 61)).append('\n');
    }
    try {
      return Files.writeString(file, text, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SHA-256 in hexadecimal, with the size in front; {@code missing} when there is no file. */
  public static String hash(Path file) {
    if (!Files.exists(file)) {
      return "missing";
    }
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      byte[] buffer = new byte[1 << 16];
      long size = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        size += n;
      }
      return size + " bytes " + HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
