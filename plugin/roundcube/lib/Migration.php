<?php

namespace DkimStatus;

/** Settings of authres_status that have an equivalent here. The dkimstatus of 2010 to 2017 had no settings. */
class Migration
{
    /** Authserv-ids. In authres_status an empty list trusted everybody; here it trusts nobody. */
    public const TRUSTED = 'trusted_mtas';

    /** `dkimstatus_show` and `dkimstatus_verifier` are not equivalent to these. */
    private const DROPPED = ['show_statuses', 'use_fallback_verifier'];

    /** Whether the user wanted a column in the list. */
    public static function where(\rcube_config $config)
    {
        return $config->get('enable_authres_status_column') === false ? 'message' : 'both';
    }

    /** @return string[] settings that are still there */
    public static function dropped(\rcube_config $config)
    {
        return array_values(array_filter(self::DROPPED, function ($name) use ($config) {
            return $config->get($name) !== null;
        }));
    }
}
