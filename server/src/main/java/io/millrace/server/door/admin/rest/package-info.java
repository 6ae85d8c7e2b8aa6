/**
 * The admin API: Jakarta REST resources under {@code /api/v1}, and what stands around them (access,
 * checked input, problems, audit). One resource per file; {@link
 * io.millrace.server.door.admin.rest.AdminApi} is the table of contents.
 */
@NullMarked
package io.millrace.server.door.admin.rest;

import org.jspecify.annotations.NullMarked;
