/**
 * SFTP, carried through untouched to SSH servers, and the check that asks whether an SSH server
 * serves.
 */
package sluice.sftp;
