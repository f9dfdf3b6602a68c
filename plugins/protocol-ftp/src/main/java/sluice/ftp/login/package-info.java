/**
 * Choosing the pool of an FTP session later than at its arrival: the options, the rules, and what
 * is known of the servers before one is chosen. Knows nothing of sessions and channels.
 */
package sluice.ftp.login;
