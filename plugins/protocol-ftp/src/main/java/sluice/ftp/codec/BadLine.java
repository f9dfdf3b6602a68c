package sluice.ftp.codec;

/**
 * A line that is not passed on; the session goes on after it.
 *
 * @param code the reply's code
 * @param text the reply's text
 */
public record BadLine(int code, String text) implements ClientLine {}
