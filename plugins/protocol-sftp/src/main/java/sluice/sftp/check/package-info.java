/** The check {@code ssh}: whether an SSH server serves. */
package sluice.sftp.check;
