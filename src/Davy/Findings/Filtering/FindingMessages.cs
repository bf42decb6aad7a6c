namespace Davy.Findings.Filtering;

/// <summary>
/// The fields of Security Command Center's v2 messages, as a table to read: <c>Message = field:type …</c>, and <c>Enum = VALUE …</c> with the value
/// for "not set" first. A field without a type is text; <c>[]</c> is a list, <c>{}</c> a map by text. Names and types are the contract
/// (https://cloud.google.com/security-command-center/docs/reference/rpc/google.cloud.securitycenter.v2).
/// </summary>
/// <remarks>
/// <c>name</c> is a resource name, <c>whole</c> int32 or int64, <c>real</c> double, <c>flag</c> bool, <c>time</c> Timestamp, <c>value</c> any
/// JSON value, <c>enum</c> an enum with too many values to list here (ATT&amp;CK's). A Duration is text in JSON, and so it is here.
/// </remarks>
static class FindingMessages
{
    /// <summary>The enums.</summary>
    public const string Enums = """
        Finding.State = STATE_UNSPECIFIED ACTIVE INACTIVE
        Finding.Severity = SEVERITY_UNSPECIFIED CRITICAL HIGH MEDIUM LOW
        Finding.Mute = MUTE_UNSPECIFIED MUTED UNMUTED UNDEFINED
        Finding.FindingClass = FINDING_CLASS_UNSPECIFIED THREAT VULNERABILITY MISCONFIGURATION OBSERVATION SCC_ERROR
          POSTURE_VIOLATION TOXIC_COMBINATION SENSITIVE_DATA_RISK CHOKEPOINT
        Indicator.ProcessSignature.SignatureType = SIGNATURE_TYPE_UNSPECIFIED SIGNATURE_TYPE_PROCESS SIGNATURE_TYPE_FILE
        Cve.RiskRating = RISK_RATING_UNSPECIFIED LOW MEDIUM HIGH CRITICAL
        Cve.ExploitationActivity = EXPLOITATION_ACTIVITY_UNSPECIFIED WIDE CONFIRMED AVAILABLE ANTICIPATED NO_KNOWN
        Cvssv3.AttackVector = ATTACK_VECTOR_UNSPECIFIED ATTACK_VECTOR_NETWORK ATTACK_VECTOR_ADJACENT ATTACK_VECTOR_LOCAL
          ATTACK_VECTOR_PHYSICAL
        Cvssv3.AttackComplexity = ATTACK_COMPLEXITY_UNSPECIFIED ATTACK_COMPLEXITY_LOW ATTACK_COMPLEXITY_HIGH
        Cvssv3.PrivilegesRequired = PRIVILEGES_REQUIRED_UNSPECIFIED PRIVILEGES_REQUIRED_NONE PRIVILEGES_REQUIRED_LOW
          PRIVILEGES_REQUIRED_HIGH
        Cvssv3.UserInteraction = USER_INTERACTION_UNSPECIFIED USER_INTERACTION_NONE USER_INTERACTION_REQUIRED
        Cvssv3.Scope = SCOPE_UNSPECIFIED SCOPE_UNCHANGED SCOPE_CHANGED
        Cvssv3.Impact = IMPACT_UNSPECIFIED IMPACT_HIGH IMPACT_LOW IMPACT_NONE
        Connection.Protocol = PROTOCOL_UNSPECIFIED ICMP TCP UDP GRE ESP
        File.FileOperation.OperationType = OPERATION_TYPE_UNSPECIFIED OPEN READ RENAME WRITE EXECUTE
        IamBinding.Action = ACTION_UNSPECIFIED ADD REMOVE
        Kubernetes.Role.Kind = KIND_UNSPECIFIED ROLE CLUSTER_ROLE
        Kubernetes.Subject.AuthType = AUTH_TYPE_UNSPECIFIED USER SERVICEACCOUNT GROUP
        AttackExposure.State = STATE_UNSPECIFIED CALCULATED NOT_CALCULATED
        CloudDlpDataProfile.ParentType = PARENT_TYPE_UNSPECIFIED ORGANIZATION PROJECT
        JobState = JOB_STATE_UNSPECIFIED PENDING RUNNING SUCCEEDED FAILED
        IpRules.Direction = DIRECTION_UNSPECIFIED INGRESS EGRESS
        GroupMembership.GroupType = GROUP_TYPE_UNSPECIFIED GROUP_TYPE_TOXIC_COMBINATION GROUP_TYPE_CHOKEPOINT
        DataAccessEvent.Operation = OPERATION_UNSPECIFIED READ MOVE COPY
        DataFlowEvent.Operation = OPERATION_UNSPECIFIED READ MOVE COPY
        DataRetentionDeletionEvent.EventType = EVENT_TYPE_UNSPECIFIED EVENT_TYPE_MAX_TTL_EXCEEDED
        AiModel.DeploymentPlatform = DEPLOYMENT_PLATFORM_UNSPECIFIED VERTEX_AI GKE GCE FINE_TUNED_MODEL
        CloudProvider = CLOUD_PROVIDER_UNSPECIFIED GOOGLE_CLOUD_PLATFORM AMAZON_WEB_SERVICES MICROSOFT_AZURE
        ResourcePath.ResourcePathNodeType = RESOURCE_PATH_NODE_TYPE_UNSPECIFIED GCP_ORGANIZATION GCP_FOLDER GCP_PROJECT
          AWS_ORGANIZATION AWS_ORGANIZATIONAL_UNIT AWS_ACCOUNT AZURE_MANAGEMENT_GROUP AZURE_SUBSCRIPTION AZURE_RESOURCE_GROUP
        MuteConfig.MuteConfigType = MUTE_CONFIG_TYPE_UNSPECIFIED STATIC DYNAMIC
        DetectorReference.Severity = SEVERITY_UNSPECIFIED CRITICAL HIGH MEDIUM LOW
        """;

    /// <summary>The messages.</summary>
    public const string Messages = """
        Finding = name:name canonical_name:name parent:name resource_name state:Finding.State category external_uri
          source_properties:value{} security_marks:SecurityMarks event_time:time create_time:time severity:Finding.Severity
          mute:Finding.Mute finding_class:Finding.FindingClass indicator:Indicator vulnerability:Vulnerability mute_update_time:time
          external_systems:ExternalSystem{} mitre_attack:MitreAttack access:Access connections:Connection[] mute_initiator
          processes:Process[] contacts:ContactDetails{} compliances:Compliance[] parent_display_name description
          exfiltration:Exfiltration iam_bindings:IamBinding[] next_steps module_name containers:Container[] kubernetes:Kubernetes
          database:Database attack_exposure:AttackExposure files:File[] cloud_dlp_inspection:CloudDlpInspection
          cloud_dlp_data_profile:CloudDlpDataProfile kernel_rootkit:KernelRootkit org_policies:OrgPolicy[] job:Job
          application:Application ip_rules:IpRules backup_disaster_recovery:BackupDisasterRecovery security_posture:SecurityPosture
          log_entries:LogEntry[] load_balancers:LoadBalancer[] cloud_armor:CloudArmor mute_info:Finding.MuteInfo notebook:Notebook
          toxic_combination:ToxicCombination group_memberships:GroupMembership[] disk:Disk data_access_events:DataAccessEvent[]
          data_flow_events:DataFlowEvent[] networks:Network[] data_retention_deletion_events:DataRetentionDeletionEvent[]
          affected_resources:AffectedResources ai_model:AiModel chokepoint:Chokepoint vertex_ai:VertexAi agent:Agent
          agent_sessions:AgentSession[] agent_anomaly:AgentAnomaly
        SecurityMarks = name marks:{} canonical_name
        Indicator = ip_addresses:[] domains:[] signatures:Indicator.ProcessSignature[] uris:[]
        Indicator.ProcessSignature = memory_hash_signature:Indicator.ProcessSignature.MemoryHashSignature
          yara_rule_signature:Indicator.ProcessSignature.YaraRuleSignature signature_type:Indicator.ProcessSignature.SignatureType
        Indicator.ProcessSignature.MemoryHashSignature = binary_family
          detections:Indicator.ProcessSignature.MemoryHashSignature.Detection[]
        Indicator.ProcessSignature.MemoryHashSignature.Detection = binary percent_pages_matched:real
        Indicator.ProcessSignature.YaraRuleSignature = yara_rule
        Vulnerability = cve:Cve offending_package:Package fixed_package:Package security_bulletin:SecurityBulletin
          provider_risk_score:whole reachable:flag cwes:Cwe[]
        Cve = id references:Reference[] cvssv3:Cvssv3 upstream_fix_available:flag impact:Cve.RiskRating
          exploitation_activity:Cve.ExploitationActivity observed_in_the_wild:flag zero_day:flag exploit_release_date:time
          first_exploitation_date:time
        Reference = source uri
        Cvssv3 = base_score:real attack_vector:Cvssv3.AttackVector attack_complexity:Cvssv3.AttackComplexity
          privileges_required:Cvssv3.PrivilegesRequired user_interaction:Cvssv3.UserInteraction scope:Cvssv3.Scope
          confidentiality_impact:Cvssv3.Impact integrity_impact:Cvssv3.Impact availability_impact:Cvssv3.Impact
        Package = package_name cpe_uri package_type package_version
        SecurityBulletin = bulletin_id submission_time:time suggested_upgrade_version
        Cwe = id references:Reference[]
        ExternalSystem = name assignees:[] external_uid status external_system_update_time:time case_uri case_priority
          ticket_info:ExternalSystem.TicketInfo case_sla:time case_create_time:time case_close_time:time
        ExternalSystem.TicketInfo = id assignee description uri status update_time:time
        MitreAttack = primary_tactic:enum primary_techniques:enum[] additional_tactics:enum[] additional_techniques:enum[] version
        Access = principal_email caller_ip caller_ip_geo:Geolocation user_agent_family user_agent service_name method_name
          principal_subject service_account_key_name service_account_delegation_info:ServiceAccountDelegationInfo[] user_name
        Geolocation = region_code
        ServiceAccountDelegationInfo = principal_email principal_subject
        Connection = destination_ip destination_port:whole source_ip source_port:whole protocol:Connection.Protocol
        Process = name binary:File libraries:File[] script:File args:[] arguments_truncated:flag env_variables:EnvironmentVariable[]
          env_variables_truncated:flag pid:whole parent_pid:whole user_id:whole
        File = path size:whole sha256 hashed_size:whole partially_hashed:flag contents disk_path:File.DiskPath
          operations:File.FileOperation[]
        File.DiskPath = partition_uuid relative_path
        File.FileOperation = type:File.FileOperation.OperationType
        EnvironmentVariable = name val
        ContactDetails = contacts:Contact[]
        Contact = email
        Compliance = standard version ids:[]
        Exfiltration = sources:ExfilResource[] targets:ExfilResource[] total_exfiltrated_bytes:whole
        ExfilResource = name components:[]
        IamBinding = action:IamBinding.Action role member
        Container = name uri image_id labels:Label[] create_time:time
        Label = name value
        Kubernetes = pods:Kubernetes.Pod[] nodes:Kubernetes.Node[] node_pools:Kubernetes.NodePool[] roles:Kubernetes.Role[]
          bindings:Kubernetes.Binding[] access_reviews:Kubernetes.AccessReview[] objects:Kubernetes.Object[]
        Kubernetes.Pod = ns name labels:Label[] containers:Container[]
        Kubernetes.Node = name
        Kubernetes.NodePool = name nodes:Kubernetes.Node[]
        Kubernetes.Role = kind:Kubernetes.Role.Kind ns name
        Kubernetes.Binding = ns name role:Kubernetes.Role subjects:Kubernetes.Subject[]
        Kubernetes.Subject = kind:Kubernetes.Subject.AuthType ns name
        Kubernetes.AccessReview = group ns name resource subresource verb version
        Kubernetes.Object = group kind ns name containers:Container[]
        Database = name display_name user_name query grantees:[] version
        AttackExposure = score:real latest_calculation_time:time attack_exposure_result state:AttackExposure.State
          exposed_high_value_resources_count:whole exposed_medium_value_resources_count:whole
          exposed_low_value_resources_count:whole
        CloudDlpInspection = inspect_job info_type info_type_count:whole full_scan:flag
        CloudDlpDataProfile = data_profile parent_type:CloudDlpDataProfile.ParentType
        KernelRootkit = name unexpected_code_modification:flag unexpected_read_only_data_modification:flag
          unexpected_ftrace_handler:flag unexpected_kprobe_handler:flag unexpected_kernel_code_pages:flag
          unexpected_system_call_handler:flag unexpected_interrupt_handler:flag unexpected_processes_in_runqueue:flag
        OrgPolicy = name
        Job = name state:JobState error_code:whole location
        Application = base_uri full_uri
        IpRules = direction:IpRules.Direction allowed:Allowed denied:Denied source_ip_ranges:[] destination_ip_ranges:[]
          exposed_services:[]
        Allowed = ip_rules:IpRule[]
        IpRule = protocol port_ranges:IpRule.PortRange[]
        IpRule.PortRange = min:whole max:whole
        Denied = ip_rules:IpRule[]
        BackupDisasterRecovery = backup_template policies:[] host applications:[] storage_pool policy_options:[] profile appliance
          backup_type backup_create_time:time
        SecurityPosture = name revision_id posture_deployment_resource posture_deployment changed_policy policy_set policy
          policy_drift_details:SecurityPosture.PolicyDriftDetails[]
        SecurityPosture.PolicyDriftDetails = field expected_value detected_value
        LogEntry = cloud_logging_entry:CloudLoggingEntry
        CloudLoggingEntry = insert_id log_id resource_container timestamp:time
        LoadBalancer = name
        CloudArmor = security_policy:SecurityPolicy requests:Requests adaptive_protection:AdaptiveProtection attack:Attack
          threat_vector duration
        SecurityPolicy = name type preview:flag
        Requests = ratio:real short_term_allowed:whole long_term_allowed:whole long_term_denied:whole
        AdaptiveProtection = confidence:real
        Attack = volume_pps:whole volume_bps:whole classification volume_pps_long:whole volume_bps_long:whole
        Finding.MuteInfo = static_mute:Finding.MuteInfo.StaticMute dynamic_mute_records:Finding.MuteInfo.DynamicMuteRecord[]
        Finding.MuteInfo.StaticMute = state:Finding.Mute apply_time:time
        Finding.MuteInfo.DynamicMuteRecord = mute_config match_time:time
        Notebook = name service last_author notebook_update_time:time
        ToxicCombination = attack_exposure_score:real related_findings:[]
        GroupMembership = group_type:GroupMembership.GroupType group_id
        Disk = name
        DataAccessEvent = event_id principal_email operation:DataAccessEvent.Operation event_time:time
        DataFlowEvent = event_id principal_email operation:DataFlowEvent.Operation violated_location event_time:time
        Network = name
        DataRetentionDeletionEvent = event_detection_time:time data_object_count:whole max_retention_allowed
          event_type:DataRetentionDeletionEvent.EventType
        AffectedResources = count:whole
        AiModel = name domain library location publisher deployment_platform:AiModel.DeploymentPlatform display_name
        Chokepoint = related_findings:[]
        VertexAi = datasets:VertexAi.Dataset[] pipelines:VertexAi.Pipeline[]
        VertexAi.Dataset = name display_name source
        VertexAi.Pipeline = name display_name
        Resource = name display_name type cloud_provider:CloudProvider service location gcp_metadata:GcpMetadata
          aws_metadata:AwsMetadata azure_metadata:AzureMetadata resource_path:ResourcePath resource_path_string
        GcpMetadata = project project_display_name parent parent_display_name folders:Folder[] organization
        Folder = resource_folder resource_folder_display_name
        AwsMetadata = organization:AwsMetadata.AwsOrganization organizational_units:AwsMetadata.AwsOrganizationalUnit[]
          account:AwsMetadata.AwsAccount
        AwsMetadata.AwsOrganization = id
        AwsMetadata.AwsOrganizationalUnit = id name
        AwsMetadata.AwsAccount = id name
        AzureMetadata = management_groups:AzureMetadata.AzureManagementGroup[] subscription:AzureMetadata.AzureSubscription
          resource_group:AzureMetadata.AzureResourceGroup tenant:AzureMetadata.AzureTenant
        AzureMetadata.AzureManagementGroup = id display_name
        AzureMetadata.AzureSubscription = id display_name
        AzureMetadata.AzureResourceGroup = name id
        AzureMetadata.AzureTenant = id display_name
        ResourcePath = nodes:ResourcePath.ResourcePathNode[]
        ResourcePath.ResourcePathNode = node_type:ResourcePath.ResourcePathNodeType id display_name
        Source = name display_name description canonical_name
        MuteConfig = name description filter create_time:time update_time:time most_recent_editor type:MuteConfig.MuteConfigType
          expiry_time:time
        NotificationConfig = name description pubsub_topic service_account streaming_config:NotificationConfig.StreamingConfig
          update_time:time
        NotificationConfig.StreamingConfig = filter
        Agent = id display_name
        AgentSession = session_id
        AgentAnomaly = confidence_score:real detector_references:DetectorReference[] invocation_references:InvocationReference[]
        DetectorReference = severity:DetectorReference.Severity detector_id display_name explanation recommendation
        InvocationReference = invocation_id
        """;
}
