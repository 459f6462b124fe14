// Fields of Elastic's own writers beside the Elastic Common Schema, as far as their type differs from what their JSON says, or
// Elastic's rules lean on it. One line a type.

export const ENDPOINT_FIELD_TYPES = `
text;analyzer=powershell	powershell.file.script_block_text powershell.command.value
keyword	dns.Ext.options file.Ext.header_bytes file.Ext.original.extension file.Ext.original.name file.Ext.original.path
keyword	group.Ext.real.id group.Ext.real.name user.Ext.real.id user.Ext.real.name
keyword	process.Ext.ancestry process.Ext.authentication_id process.Ext.device.bus_type process.Ext.device.product_id
keyword	process.Ext.device.vendor_id process.Ext.effective_parent.entity_id process.Ext.effective_parent.executable
keyword	process.Ext.effective_parent.name process.Ext.session_info.authentication_package
keyword	process.Ext.session_info.logon_type process.Ext.token.elevation_level process.Ext.token.integrity_level_name
keyword	process.thread.Ext.start_address_bytes Target.process.thread.Ext.start_address_bytes
integer	file.Ext.windows.zone_identifier
long	dns.Ext.status process.parent.Ext.real.pid
double	dll.Ext.relative_file_creation_time dll.Ext.relative_file_name_modify_time file.Ext.entropy
double	process.Ext.relative_file_creation_time process.Ext.relative_file_name_modify_time
boolean	process.Ext.created_suspended
`;
