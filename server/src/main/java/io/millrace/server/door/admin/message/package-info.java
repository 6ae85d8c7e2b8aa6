/** Messages of the log as the admin API shows and takes them. */
@NullMarked
package io.millrace.server.door.admin.message;

import org.jspecify.annotations.NullMarked;
