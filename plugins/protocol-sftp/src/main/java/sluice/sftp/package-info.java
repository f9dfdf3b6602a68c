/** SFTP, carried through untouched to SSH servers. */
package sluice.sftp;
