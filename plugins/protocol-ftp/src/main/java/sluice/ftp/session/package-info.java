/**
 * One client's FTP session: commands wait in a queue and are told to the backend one at a time, so
 * that every reply is known to belong to its command. What is under way is an {@code Exchange}.
 * Everything happens on the session's event loop.
 */
package sluice.ftp.session;
