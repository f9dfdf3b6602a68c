package sluice.tftp.rules;

import java.util.List;

/** Files by patterns. Immutable. */
public final class FileSet {

  private final List<FilePattern> patterns;

  /**
   * @param patterns such as {@code *.img}; none for no file
   * @throws IllegalArgumentException if one is wrong, with a message for operators
   */
  public FileSet(List<String> patterns) {
    this.patterns = patterns.stream().map(FilePattern::parse).toList();
  }

  /** Whether a file is one of them. */
  public boolean contains(String file) {
    String plain = FilePattern.plain(file);
    return patterns.stream().anyMatch(pattern -> pattern.matches(plain));
  }
}
