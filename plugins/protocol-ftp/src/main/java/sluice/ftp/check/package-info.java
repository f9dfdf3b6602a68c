/** The {@code ftp} check. */
package sluice.ftp.check;
