<?php

namespace DkimStatus;

/** Settings of the plugins that came before, where they mean the same. */
class Migration
{
    /** authres_status: an empty list trusted everybody there; nobody is here. */
    public static function trustedIds(\rcube_config $config)
    {
        $ids = $config->get('trusted_mtas');
        return is_array($ids) ? $ids : [];
    }

    /** authres_status: whether the user wanted a column in the list. */
    public static function where(\rcube_config $config)
    {
        return $config->get('enable_authres_status_column') === false ? 'message' : 'both';
    }
}
