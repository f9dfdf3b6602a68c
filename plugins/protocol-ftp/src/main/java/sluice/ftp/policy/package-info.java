/** What clients may do: rules for commands and paths, and failed log-ins. No connection. */
package sluice.ftp.policy;
