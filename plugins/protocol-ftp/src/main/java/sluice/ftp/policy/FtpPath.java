package sluice.ftp.policy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A path as a server would see it, as far as that can be known from here: symbolic links cannot.
 * Immutable.
 */
public final class FtpPath {

  /** Nothing is known of it: it may be any path. */
  public static final FtpPath UNKNOWN = new FtpPath(List.of(), false, false);

  /** The root. */
  public static final FtpPath ROOT = new FtpPath(List.of(), true, false);

  private final List<String> names;
  private final boolean known;
  private final boolean deep;

  private FtpPath(List<String> names, boolean known, boolean deep) {
    this.names = names;
    this.known = known;
    this.deep = deep;
  }

  /**
   * The directory that a 257 names (RFC 959, appendix II): in quotes, with doubled quotes inside.
   * Unknown if it is of another form, or relative, as on servers with paths of their own.
   *
   * @param text the reply's text
   */
  public static FtpPath ofReply(String text) {
    int first = text.indexOf('"');
    StringBuilder path = new StringBuilder();
    for (int i = first + 1; first >= 0 && i < text.length(); i++) {
      if (text.charAt(i) != '"') {
        path.append(text.charAt(i));
      } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
        path.append('"');
        i++;
      } else {
        return resolve(path.toString(), UNKNOWN, false);
      }
    }
    return UNKNOWN;
  }

  /**
   * A path relative to a directory, or absolute.
   *
   * @param text one character a byte
   * @param directory the current one; only looked at if the text is relative
   * @param globs whether servers take {@code *}, {@code ?}, <code>[</code> and <code>{</code> for
   *     patterns
   */
  static FtpPath resolve(String text, FtpPath directory, boolean globs) {
    // Windows servers take \ for /, and drop dots and spaces at the end of names.
    if (text.startsWith("~")
        || text.chars().anyMatch(c -> c < ' ' || c == 0x7F || c == '\\')
        || globs && text.contains("{")) {
      return UNKNOWN;
    }
    boolean absolute = text.startsWith("/");
    if (!absolute && !directory.known) {
      return UNKNOWN;
    }
    List<String> names = new ArrayList<>(absolute ? List.of() : directory.names);
    for (String name : text.split("/")) {
      if (name.equals("..")) {
        if (!names.isEmpty()) {
          names.remove(names.size() - 1);
        }
      } else if (globs && name.matches(".*[*?\\[].*")) {
        names.add(null);
      } else if (name.endsWith(" ") || name.endsWith(".") && !name.equals(".")) {
        return UNKNOWN;
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(readable(name));
      }
    }
    return new FtpPath(Collections.unmodifiableList(names), true, false);
  }

  /** UTF-8 if it is that, else one character a byte. */
  private static String readable(String bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (CharacterCodingException e) {
      return bytes;
    }
  }

  /** A new file in it, of a name that the server chooses. */
  FtpPath someChild() {
    if (!known) {
      return this;
    }
    List<String> more = new ArrayList<>(names);
    more.add(null);
    return new FtpPath(Collections.unmodifiableList(more), true, false);
  }

  /** It and everything beneath. */
  FtpPath withAllBeneath() {
    return known ? new FtpPath(names, true, true) : this;
  }

  /** Whether anything is known of it. */
  public boolean known() {
    return known;
  }

  /** Whether everything beneath is meant too. */
  boolean deep() {
    return deep;
  }

  /** The names from the root on; null is a name that cannot be known. */
  List<String> names() {
    return names;
  }

  @Override
  public String toString() {
    if (!known) {
      return "an unknown path";
    }
    StringBuilder text = new StringBuilder();
    names.forEach(name -> text.append('/').append(name == null ? "*" : name));
    return (text.isEmpty() ? "/" : text.toString()) + (deep ? " and beneath" : "");
  }
}
